"""Files to documents to chunks: read, clean, unwrap, outline, chunk."""
