"""One file a page or side panel; they meet in the document and the main window."""
