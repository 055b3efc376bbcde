"""What the interviewer says besides the bank's questions: prepared ahead, checked, and used if it is there in time."""
