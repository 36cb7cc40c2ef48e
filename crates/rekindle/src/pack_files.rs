//! A pack's files from a directory. The build reads the guide with this, `rekindle pack check` anybody's pack.

use std::path::Path;

/// Every TOML file under `root`, by its path inside, in order.
///
/// # Errors
/// Which file could not be read, and why.
pub(crate) fn read(root: &Path) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        let unreadable = |error: std::io::Error| format!("{}: {error}", directory.display());
        for entry in std::fs::read_dir(&directory).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                let inside = path.strip_prefix(root).unwrap_or(&path);
                files.push((inside.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    files.sort();
    Ok(files)
}
