//! The answer of a security token service: credentials and their expiration, in XML.

use signer::{Credentials, UnixTime};
use zeroize::Zeroizing;

use crate::bucket::keys::instant;
use crate::effect::results::{EffectResult, Fetched};
use crate::sts::failure::CredentialsFailure;
use crate::upload::multipart::{Element, read_xml};

/// Longest part of credentials, in bytes. It fits into a URL, which has at most 16 KB.
const MAX_LEN: usize = 8_192;

/// Temporary credentials that sign, and their expiration.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) credentials: Credentials,
    pub(crate) expiration: UnixTime,
}

impl Session {
    /// Reads the result of a request for credentials, which must not have expired yet.
    pub(crate) fn read(result: &EffectResult, now: UnixTime) -> Result<Self, CredentialsFailure> {
        let Issued { access_key_id, secret_access_key, session_token, expiration } =
            Issued::read(result, now)?;
        let credentials = Credentials::new(access_key_id, &**secret_access_key)
            .with_session_token(&**session_token);
        Ok(Self { credentials, expiration })
    }
}

/// Temporary credentials in their parts.
pub(crate) struct Issued {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Zeroizing<String>,
    pub(crate) session_token: Zeroizing<String>,
    pub(crate) expiration: UnixTime,
}

impl Issued {
    /// Reads the result of a request for credentials, which must not have expired yet.
    pub(crate) fn read(result: &EffectResult, now: UnixTime) -> Result<Self, CredentialsFailure> {
        let answer = match result {
            EffectResult::Fetched(answer) => answer,
            EffectResult::No => return Err(CredentialsFailure::NotSigned),
            _ => return Err(CredentialsFailure::NoAnswer),
        };
        if answer.status != 200 {
            return Err(CredentialsFailure::rejected(answer));
        }
        let issued = Self::parse(answer).filter(|issued| issued.expiration > now);
        issued.ok_or(CredentialsFailure::NoCredentials)
    }

    fn parse(answer: &Fetched) -> Option<Self> {
        let [mut id, mut secret, mut token, mut expiration] = [const { None::<String> }; 4];
        let mut is_inside = None;
        read_xml(&answer.body, &mut |Element { depth, name, text }| {
            if is_inside.is_none_or(|outer| depth <= outer) {
                is_inside = (name == "Credentials").then_some(depth);
                return;
            }
            let part = match name {
                "AccessKeyId" => &mut id,
                "SecretAccessKey" => &mut secret,
                "SessionToken" => &mut token,
                "Expiration" => &mut expiration,
                _ => return,
            };
            *part = part.take().or_else(|| Some(text.to_owned()).filter(|text| is_part(text)));
        })
        .ok()?;
        Some(Self {
            access_key_id: id?,
            secret_access_key: Zeroizing::new(secret?),
            session_token: Zeroizing::new(token?),
            expiration: instant(&expiration?)?,
        })
    }
}

/// Returns whether a text can be sent in a header and in a form.
fn is_part(text: &str) -> bool {
    (1..=MAX_LEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z

    /// An answer as Amazon documents it.
    const ANSWER: &str = r#"<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <AssumeRoleResult>
        <SourceIdentity>ada</SourceIdentity>
        <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/demo/TestAR</Arn></AssumedRoleUser>
        <Credentials>
          <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
          <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
          <SessionToken>AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW==</SessionToken>
          <Expiration>2026-11-23T20:00:00.611Z</Expiration>
        </Credentials>
        <PackedPolicySize>8</PackedPolicySize>
      </AssumeRoleResult>
      <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
    </AssumeRoleResponse>"#;

    fn read(status: u16, body: &str) -> Result<Session, CredentialsFailure> {
        let answer = Fetched { status, body: body.into(), ..Fetched::default() };
        Session::read(&EffectResult::Fetched(answer), NOW)
    }

    #[test]
    fn reads_credentials_and_their_expiration() {
        let session = read(200, ANSWER).unwrap();
        assert_eq!(session.credentials.access_key_id(), "ASIAIOSFODNN7EXAMPLE");
        assert_eq!(session.expiration.as_secs(), NOW.as_secs() + 3_600);
    }

    #[test]
    fn rejects_what_is_no_answer() {
        let changed = |from: &str, to: &str| {
            let body = ANSWER.replace(from, to);
            assert_ne!(body, ANSWER, "{from}");
            read(200, &body).map(|_| ())
        };
        let none = Err(CredentialsFailure::NoCredentials);
        assert_eq!(changed("T20:00:00.611Z", "T19:00:00Z"), none, "it has expired");
        assert_eq!(changed("T20:00:00.611Z", "T20:00:00+01:00"), none, "not in UTC");
        assert_eq!(changed("ASIAIOSFODNN7EXAMPLE", ""), none);
        assert_eq!(changed("ASIAIOSFODNN7EXAMPLE", "ASIA IOSF"), none);
        assert_eq!(changed("AQoDYXdzEPT", "a&#10;b"), none);
        assert_eq!(changed("AQoDYXdzEPT", &"A".repeat(8_192)), none);
        assert_eq!(changed("SecretAccessKey", "Secret"), none);
        assert_eq!(changed("Credentials>", "Others>"), none, "not among the credentials");
        assert_eq!(changed("</AssumeRoleResponse>", ""), none, "cut off");
        assert_eq!(read(200, "").map(|_| ()), none);
        let failed = Session::read(&EffectResult::Failed, NOW).map(|_| ());
        assert_eq!(failed, Err(CredentialsFailure::NoAnswer));
    }

    #[test]
    fn debug_shows_neither_secret_nor_token() {
        let shown = format!("{:?}", read(200, ANSWER));
        assert!(!shown.contains("wJalr") && !shown.contains("AQoD"), "{shown}");
    }
}
