//! Writes `signer/tests/vectors/aws_sigv4.json`:
//!
//! ```text
//! cargo run --manifest-path signer/peers/Cargo.toml --bin vectors
//! ```

fn main() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");
    let boto3 = std::fs::read_to_string(format!("{directory}/boto3.json")).unwrap();
    let vectors = peers::vectors::aws_sigv4(&boto3);
    std::fs::write(format!("{directory}/aws_sigv4.json"), vectors).unwrap();
}
