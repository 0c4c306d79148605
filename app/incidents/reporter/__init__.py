"""What a reporter sees and answers: progress, messages, questions, shared position. Built from recorded events alone."""
