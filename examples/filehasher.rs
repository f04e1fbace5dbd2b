//! Prints the SHA-256 of a file. There is a bug in it: it reads text, and not every file is text.
//!
//! The hook stands where that fails, and opens nowhere else. A session, with `a.bin` made by
//! `printf 'abc\377' > a.bin`:
//!
//! ```text
//! $ cargo run --example filehasher
//! Give me a file: a.bin
//! after 0 bytes: invalid utf-8 sequence of 1 bytes from index 3
//! hooked at examples/filehasher.rs:46 in hash_file, thread main, 7 locals
//!   45  if let Err(error) = str::from_utf8(&chunk) {
//! > 46      hook!("after {hashed} bytes: {error}");
//!   47      if as_text {
//! type any Rust; :c or Ctrl-D resumes; :tour shows more
//! hook> chunk
//! [97, 98, 99, 255]
//! hook> error.valid_up_to()
//! 3
//! hook> file.metadata()?.len()
//! 4
//! hook> Sha256::digest(&chunk).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
//! "8e3b08dc1236880bf0c55873db58b12d8bf0398b1b17c9686e015ccfe098d35d"
//! hook> as_text = false
//! hook> :c
//! changed here: as_text: true -> false
//! Hash: 8e3b08dc1236880bf0c55873db58b12d8bf0398b1b17c9686e015ccfe098d35d
//! ```
//!
//! `sha256sum a.bin` agrees. Then the fix is to take the check out, and the hook with it.

use std::fs::File;
use std::io::{self, Read, Write};

use hookable::{hook, hookable};
use sha2::{Digest, Sha256};

#[hookable]
fn hash_file(path: &str) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let file = File::open(path)?;
    let as_text = true;
    let mut hashed = 0;
    let mut chunk = Vec::new();
    while (&file).take(1024).read_to_end(&mut chunk)? > 0 {
        if let Err(error) = str::from_utf8(&chunk) {
            hook!("after {hashed} bytes: {error}");
            if as_text {
                return Err(io::Error::new(io::ErrorKind::InvalidData, error));
            }
        }
        hasher.update(&chunk);
        hashed += chunk.len();
        chunk.clear();
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn main() -> io::Result<()> {
    print!("Give me a file: ");
    io::stdout().flush()?;
    let mut path = String::new();
    io::stdin().read_line(&mut path)?;
    match hash_file(path.trim()) {
        Ok(hash) => println!("Hash: {hash}"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => println!("The file does not exist!"),
        Err(error) => println!("It cannot be hashed: {error}"),
    }
    Ok(())
}
