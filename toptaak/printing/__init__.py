"""From blocks to a document, and from a document to HTML, PDF, a workbook or a poster."""
