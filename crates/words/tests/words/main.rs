//! What the wording helper promises.

mod accuracy;
mod promises;
