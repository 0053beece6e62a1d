//! Other hosts and URL styles that a link may have been signed for.

use super::{Repair, Slot};
use crate::cause::{Cause, Code};
use crate::context::KnownBucket;
use crate::link::decode;
use crate::received::wrong_host;
use crate::request::Request;

/// Other hosts, and the bucket in the host instead of the path or the other way round.
pub(super) fn hosts_and_styles(request: &Request, buckets: &[KnownBucket]) -> Vec<Repair> {
    let sent = &request.host;
    let (name, port) =
        sent.split_once(':').map_or((sent.as_str(), None), |(name, port)| (name, Some(port)));
    let with_port = |name: &str| port.map_or(name.to_owned(), |port| format!("{name}:{port}"));
    let mut hosts =
        vec![name.to_owned(), format!("{name}:80"), format!("{name}:443"), format!("{name}:9000")];
    hosts.extend(["localhost", "127.0.0.1", "host.docker.internal", "minio"].map(with_port));
    hosts.extend(buckets.iter().map(|bucket| bucket.host.clone()));
    hosts.extend(request.link_host.iter().cloned());
    let hosts = hosts.into_iter().filter(|host| host != sent);
    let hosts = hosts.map(|host| {
        Repair::new(Slot::Host, wrong_host(&host, sent), Request { host, ..request.clone() })
    });
    let style_cause = |host: &str, path: &str| {
        let message = format!(
            "the link is signed for {host}{}, but was sent to {sent}{}",
            decode(path),
            decode(&request.path)
        );
        Cause::new(
            Code::WrongStyle,
            message,
            "sign with the URL style that is used: path style (forcePathStyle: true) has the bucket in the path, virtual-hosted style in the host",
        )
    };
    let (first, rest) = request.path.trim_start_matches('/').split_once('/').unwrap_or_default();
    let in_host = (format!("{first}.{sent}"), format!("/{rest}"));
    let in_path = sent
        .split_once('.')
        .map(|(bucket, host)| (host.to_owned(), format!("/{bucket}{}", request.path)));
    let styles = [Some(in_host).filter(|_| !first.is_empty()), in_path].into_iter().flatten();
    let styles = styles.map(|(host, path)| {
        let cause = style_cause(&host, &path);
        Repair::new(Slot::Host, cause, Request { host, path, ..request.clone() })
    });
    hosts.chain(styles).collect()
}
