//! The wording helper: text in, findings out. Its labelled sentences (`tests/labelled.toml`) and the first of its rules
//! (`rules/`) are here; the engine that reads them is not.
