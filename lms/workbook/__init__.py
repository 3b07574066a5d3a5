"""The workbook of a module: what to carry away and where to write, as a PDF to print or keep."""
