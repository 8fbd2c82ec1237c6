"""What spreadsheet programs need beside the workbook."""
