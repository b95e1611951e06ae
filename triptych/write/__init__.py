"""Outputs -> the output folder: only bytes that differ, each file whole; what was once written and is no longer made goes.

Knows the disk and nothing of what the bytes mean. What is the generator's own stands in a marker file within the output;
nothing else is ever deleted. All new bytes lie complete in a hidden folder beside the output before the first of them is
moved to its place: a full disk or a kill until then leaves the output as it was.
"""

from triptych.write.publisher import Publisher, Written, publish
from triptych.write.refusals import check_output

__all__ = ["Publisher", "Written", "check_output", "publish"]
