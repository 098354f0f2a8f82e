"""Files that a driver can keep: tables for a spreadsheet, and papers to print."""
