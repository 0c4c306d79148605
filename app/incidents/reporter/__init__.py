"""What a reporter sees and answers: progress, messages, questions, shared position; built from events alone."""
