//! `aws_sigv4.json` is what `aws-sigv4` signs, today as then.

#[test]
fn are_made_the_same_again() {
    let (boto3, ours) = (
        include_str!("../../tests/vectors/boto3.json"),
        include_str!("../../tests/vectors/aws_sigv4.json"),
    );
    assert!(
        peers::vectors::aws_sigv4(boto3) == ours,
        "cargo run --manifest-path signer/peers/Cargo.toml --bin vectors"
    );
}
