"""What is served: the page, OpenAI's chat API beside it, who may ask, and the line in which all wait for the model."""
