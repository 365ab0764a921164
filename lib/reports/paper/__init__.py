"""Paper: fonts, text fitting, tables and charts drawn with reportlab. Knows no feature and no query."""
