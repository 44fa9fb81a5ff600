//! SPSS system files (`.sav`, `.zsav`) as plain columns.
