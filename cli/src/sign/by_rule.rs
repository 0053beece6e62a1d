//! Signs a request by a rule, as the Worker does.

use std::env;

use rules::{
    Access, Ambient, Caller, CallerKind, Denial, KeyTemplate, Secret, Secrets, SignedUpload,
    UploadRequest,
};
use signer::UnixTime;

use super::args::{Action, RuleArgs, SignArgs};
use super::credential::trimmed;
use super::output::Signed;
use super::{SignedRequest, request as options};
use crate::configured::{ConfigArgs, Configured};
use crate::env_file::EnvFile;
use crate::failure::Failure;

/// Signs the link or form that the rule grants.
pub(crate) fn sign(rule: &str, args: &SignArgs, now: UnixTime) -> Result<Signed, Failure> {
    let by_rule = &args.by_rule;
    let config = ConfigArgs { config: by_rule.config.clone(), env: by_rule.env.clone() };
    let configured = Configured::read(&config)?;
    let secrets = secrets(&configured, args)?;
    let ambient = Ambient { now, random };
    match args.action {
        Action::Get | Action::Head => {
            let names = || configured.rules.downloads().map(|(name, _)| name);
            let rule =
                configured.rules.download(rule).map_err(|_| no_rule(rule, "DOWNLOADS", names()))?;
            let caller = caller(by_rule, rule.access(), rule.key())?;
            let path = by_rule.path.as_deref().unwrap_or_default();
            let grant = rule.grant(&caller, path, ambient).map_err(|denial| denied(&denial))?;
            let signed = match args.action {
                Action::Head => grant.sign_head(&secrets, now),
                _ => grant.sign_get(&secrets, now),
            };
            let signed = signed.map_err(|denial| denied(&denial))?;
            Ok(Signed {
                request: SignedRequest::Link(signed.output.url),
                expires: signed.expiration,
            })
        }
        Action::Put | Action::Post => {
            let names = || configured.rules.uploads().map(|(name, _)| name);
            let rule =
                configured.rules.upload(rule).map_err(|_| no_rule(rule, "UPLOADS", names()))?;
            let caller = caller(by_rule, rule.access(), rule.key())?;
            let signed = rule
                .grant(&caller, &upload_request(by_rule)?, ambient)
                .and_then(|grant| grant.uncounted(ambient).sign(&secrets, now))
                .map_err(|denial| denied(&denial))?;
            let expires = signed.expiration;
            let request = match (signed.output, args.action) {
                (SignedUpload::Post(form), Action::Post) => SignedRequest::Form(form),
                (SignedUpload::Put(link), Action::Put) => SignedRequest::Link(link),
                (SignedUpload::Post(_), _) => return Err(wrong_action("post")),
                (SignedUpload::Put(_), _) => return Err(wrong_action("put")),
            };
            Ok(Signed { request, expires })
        }
        Action::Delete => Err(Failure::usage("no rule permits deleting")),
    }
}

fn no_rule<'n>(rule: &str, section: &str, names: impl Iterator<Item = &'n str>) -> Failure {
    let names = names.collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { "none".into() } else { names };
    Failure::rejected(format!("no rule in {section} is named {rule:?}")).hint(format!(
        "the rules there are: {names}. put and post use UPLOADS, get and head use DOWNLOADS"
    ))
}

/// The caller that the operator names; nothing is verified.
fn caller(args: &RuleArgs, access: &Access, key: &KeyTemplate) -> Result<Caller, Failure> {
    let claims = args.claim.iter().map(|text| {
        options::pair("--claim", text).map(|(name, value)| (name.into(), value.into()))
    });
    let claims = claims.collect::<Result<_, _>>()?;
    let entry = entry(args, access, key)?;
    let is_certain = args.entry.is_some() || access.callers().len() == 1;
    let mut kinds = access.callers().iter().filter(|kind| kind.name() == entry);
    let own_name = kinds.any(CallerKind::is_named_after_entry).then_some(entry);
    let name = args.caller.as_deref().or(own_name.filter(|_| is_certain));
    Caller::assumed(entry, name, claims)
        .ok_or_else(|| Failure::usage("--caller: expected one segment of a key, without /"))
}

/// The name of the caller's entry. It can be left out if the rule has one caller, or the key does not contain it.
fn entry<'a>(args: &RuleArgs, access: &'a Access, key: &KeyTemplate) -> Result<&'a str, Failure> {
    let mut names = access.callers().iter().map(CallerKind::name);
    let found = match &args.entry {
        Some(entry) => names.find(|name| name == entry),
        None => names.next().filter(|_| access.callers().len() == 1 || !key.has_entry()),
    };
    found.ok_or_else(|| {
        let names: Vec<_> = access.callers().iter().map(CallerKind::name).collect();
        Failure::usage(format!("--entry: expected one of the rule's callers: {}", names.join(", ")))
    })
}

fn wrong_action(action: &str) -> Failure {
    Failure::rejected("the rule does not sign uploads of this kind")
        .hint(format!("use `signpost sign {action} --rule ...`"))
}

fn upload_request(args: &RuleArgs) -> Result<UploadRequest, Failure> {
    let metadata = args.metadata.iter().map(|text| {
        options::pair("--metadata", text).map(|(name, value)| (name.into(), value.into()))
    });
    Ok(UploadRequest {
        method: None,
        filename: args.filename.clone(),
        r#type: args.media_type.clone().ok_or_else(|| Failure::usage("--type is missing"))?,
        size: args.size.ok_or_else(|| Failure::usage("--size is missing"))?,
        metadata: metadata.collect::<Result<_, _>>()?,
        checksum: args.checksum.clone(),
    })
}

/// The secrets that the rules name, from the file or the environment.
fn secrets(configured: &Configured, args: &SignArgs) -> Result<Secrets, Failure> {
    let file = args.credentials.env_file.as_deref().map(EnvFile::read).transpose()?;
    let value = |name: &str| match &file {
        Some(file) => file.get(name).map(|value| value.map(String::from)),
        None => Ok(env::var(name).ok()),
    };
    let mut secrets = Secrets::default();
    for name in configured.rules.secrets() {
        let value = value(name.as_str())?;
        if let Some(value) =
            value.as_deref().map(|value| trimmed(name.as_str(), value)).transpose()?.flatten()
        {
            secrets.insert(name.clone(), Secret::new(value));
        }
    }
    Ok(secrets)
}

fn denied(denial: &Denial) -> Failure {
    let failure = Failure::rejected(denial.to_string());
    match denial {
        Denial::CredentialsUnavailable { .. } => Failure::rejected(
            "the credentials of this rule's bucket are those of a role, which only the Worker assumes",
        )
        .hint("sign without --rule, with credentials of `aws sts assume-role` or a profile"),
        Denial::SecretMissing { .. } => {
            failure.hint("set it in the environment, or in a file passed with --env-file")
        }
        Denial::TokenRefused { .. } => Failure::rejected(
            "the rule's key contains the caller's name or a claim, which the command line does not give",
        )
        .hint("pass --caller NAME for {caller}, --claim NAME=VALUE for {claim.NAME}"),
        _ => failure,
    }
}

fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes
}
