//! The machines, held against models that are too simple to be wrong.

use proptest::prelude::*;

use super::link::GRACE_SECS;
use super::link_list::MAX_LINKS;
use super::*;

const START: u64 = 1_795_806_000; // 2026-11-27T19:00:00Z

/// An object: what it keeps between commands, as the platform does.
#[derive(Default)]
struct Object {
    entry: Option<Vec<u8>>,
}

impl Object {
    fn send(&mut self, command: &Command, now: u64) -> StateAnswer {
        let command = command.to_bytes();
        let applied = apply(self.entry.as_deref(), &command, UnixTime::from_secs(now));
        match applied.write {
            Write::Nothing => {}
            Write::Put { entry, .. } => self.entry = Some(entry),
            Write::Delete => self.entry = None,
        }
        StateAnswer::read(&applied.answer).unwrap()
    }

    fn link(&mut self, command: LinkCommand, now: u64) -> LinkAnswer {
        match self.send(&Command::Link(command), now) {
            StateAnswer::Link(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    fn list(&mut self, command: ListCommand, now: u64) -> ListAnswer {
        match self.send(&Command::LinkList(command), now) {
            StateAnswer::LinkList(answer) => answer,
            other => panic!("{other:?}"),
        }
    }
}

fn target() -> LinkTarget {
    LinkTarget {
        rule: "report".into(),
        bucket: "media".into(),
        key: "reports/ada/7.pdf".into(),
        path: "7.pdf".into(),
        name: None,
        list: Some("list of ada".into()),
    }
}

fn make(uses: Option<u32>, secs: u64) -> LinkCommand {
    LinkCommand::Make { target: target(), expires: START + secs, uses }
}

fn use_with(token: &str, earlier: Option<&str>) -> LinkCommand {
    LinkCommand::Use { token: token.into(), earlier: earlier.map(Into::into) }
}

fn look(earlier: Option<&str>) -> LinkCommand {
    LinkCommand::Look { earlier: earlier.map(Into::into) }
}

fn is_granted(answer: &LinkAnswer) -> bool {
    matches!(answer, LinkAnswer::Granted { .. })
}

#[test]
fn a_link_of_one_use_is_granted_once() {
    let mut object = Object::default();
    assert_eq!(object.link(look(None), START), LinkAnswer::Unknown);
    assert_eq!(object.entry, None, "a question stores nothing");
    object.link(make(Some(1), 600), START);
    for at in 0..5 {
        let answer = object.link(look(None), START + at);
        assert!(matches!(answer, LinkAnswer::Open { left: Some(1), .. }), "{answer:?}");
    }
    let answer = object.link(use_with("a", None), START + 10);
    assert_eq!(
        answer,
        LinkAnswer::Granted {
            target: target(),
            token: "a".into(),
            until: START + 70,
            left: Some(0),
            is_new: true
        }
    );
    assert_eq!(object.link(use_with("b", None), START + 10), LinkAnswer::Ended(Ended::Used));
    assert_eq!(object.link(look(None), START + 11), LinkAnswer::Ended(Ended::Used));
}

#[test]
fn who_used_a_link_can_repeat_the_use_for_sixty_seconds_and_nobody_else_can() {
    let mut object = Object::default();
    object.link(make(Some(1), 600), START);
    object.link(use_with("a", None), START);
    let last = START + GRACE_SECS - 1;
    let LinkAnswer::Granted { until, token, .. } = object.link(use_with("b", Some("a")), last)
    else {
        panic!("a repetition is granted");
    };
    assert_eq!((until, token.as_str()), (START + GRACE_SECS, "a"), "not extended");
    assert!(matches!(object.link(look(Some("a")), last), LinkAnswer::Open { left: Some(0), .. }));
    for earlier in [None, Some("b"), Some(""), Some("aa"), Some("A")] {
        assert_eq!(object.link(look(earlier), last), LinkAnswer::Ended(Ended::Used));
        let answer = object.link(use_with("c", earlier), last);
        assert_eq!(answer, LinkAnswer::Ended(Ended::Used), "{earlier:?}");
    }
    let answer = object.link(use_with("c", Some("a")), last + 1);
    assert_eq!(answer, LinkAnswer::Ended(Ended::Used));
    let entry = object.entry.unwrap();
    assert!(entry.len() < 10, "an ended link forgets what it led to: {entry:?}");
}

#[test]
fn requests_with_one_token_of_a_client_are_one_use() {
    let mut object = Object::default();
    object.link(make(Some(1), 600), START);
    let granted = |answer| match answer {
        LinkAnswer::Granted { token, is_new, until, .. } => (token, is_new, until),
        other => panic!("{other:?}"),
    };
    let first = granted(object.link(use_with("a", Some("page")), START));
    assert_eq!(first, ("page".into(), true, START + GRACE_SECS));
    assert_eq!(
        granted(object.link(use_with("a", Some("page")), START + 1)),
        first,
        "it came twice"
    );
    let second = granted(object.link(use_with("b", Some("page")), START + 59));
    assert_eq!(second, ("page".into(), false, START + GRACE_SECS));
    for earlier in [None, Some("a"), Some("other page")] {
        let answer = object.link(use_with("c", earlier), START + 59);
        assert_eq!(answer, LinkAnswer::Ended(Ended::Used), "{earlier:?}");
    }
    let late = object.link(use_with("c", Some("page")), START + GRACE_SECS);
    assert_eq!(late, LinkAnswer::Ended(Ended::Used));
}

#[test]
fn a_use_that_another_request_has_repeated_is_not_given_back() {
    let give_back = |token: &str| LinkCommand::GiveBack { token: token.into() };
    for (repeated, given_back) in [(false, true), (true, false)] {
        let mut object = Object::default();
        object.link(make(Some(1), 600), START);
        object.link(use_with("a", Some("page")), START);
        if repeated {
            assert!(is_granted(&object.link(use_with("b", Some("page")), START)));
        }
        for token in ["page", "b", "a", "a"] {
            object.link(give_back(token), START);
        }
        let other = object.link(use_with("c", None), START);
        assert_eq!(is_granted(&other), given_back, "{other:?}");
    }
}

#[test]
fn a_use_never_outlasts_the_link() {
    let mut object = Object::default();
    object.link(make(Some(2), 30), START);
    let answer = object.link(use_with("a", None), START + 10);
    assert!(matches!(answer, LinkAnswer::Granted { until, .. } if until == START + 30));
    for command in [use_with("b", Some("a")), use_with("c", None), look(None)] {
        assert_eq!(object.link(command, START + 30), LinkAnswer::Ended(Ended::Expired));
    }
}

#[test]
fn a_link_is_remembered_for_a_week_after_its_end_and_then_deleted() {
    let mut object = Object::default();
    object.link(make(Some(1), 600), START);
    let end = START + 600 + 7 * 86_400;
    object.send(&Command::Sweep, end - 1);
    assert_eq!(object.link(look(None), end - 1), LinkAnswer::Ended(Ended::Expired));
    object.send(&Command::Sweep, end);
    assert_eq!(object.entry, None);
    assert_eq!(object.link(look(None), end), LinkAnswer::Unknown);
}

#[test]
fn only_the_list_that_has_a_link_can_revoke_it() {
    let mut object = Object::default();
    object.link(make(Some(2), 600), START);
    let revoke = |list: &str| LinkCommand::Revoke { list: list.into() };
    assert_eq!(object.link(revoke("list of bob"), START), LinkAnswer::Unknown);
    assert!(is_granted(&object.link(use_with("a", None), START)));
    assert_eq!(object.link(revoke("list of ada"), START), LinkAnswer::Ended(Ended::Revoked));
    assert_eq!(object.link(revoke("list of ada"), START), LinkAnswer::Ended(Ended::Revoked));
    assert_eq!(object.link(revoke("list of bob"), START), LinkAnswer::Unknown);
    for command in [use_with("b", Some("a")), use_with("c", None), make(Some(9), 600)] {
        assert_eq!(object.link(command, START), LinkAnswer::Ended(Ended::Revoked));
    }
}

#[test]
fn an_object_refuses_what_belongs_to_another_kind_or_version() {
    let mut object = Object::default();
    object.list(ListCommand::Add { ids: vec!["a".into()], expires: START + 9 }, START);
    let before = object.entry.clone();
    assert_eq!(object.send(&Command::Link(look(None)), START), StateAnswer::Unreadable);
    assert_eq!(object.entry, before);
    let sweep = Command::Sweep.to_bytes();
    assert_eq!(sweep, [0], "as in src/js/state.mjs");
    let later: &[u8] = &[99];
    for (entry, command) in [(Some(later), &*sweep), (None, later), (None, &[])] {
        let applied = apply(entry, command, UnixTime::from_secs(START));
        assert_eq!(applied.write, Write::Nothing, "{command:?}");
        assert_eq!(StateAnswer::read(&applied.answer), Some(StateAnswer::Unreadable));
    }
}

#[test]
fn a_list_takes_all_links_of_a_request_or_none() {
    let mut object = Object::default();
    let ids = |from: usize, to: usize| (from..to).map(|id| id.to_string()).collect::<Vec<_>>();
    let add = |ids, secs| ListCommand::Add { ids, expires: START + secs };
    for at in (0..990).step_by(90) {
        assert_eq!(object.list(add(ids(at, at + 90), 60), START), ListAnswer::Changed);
    }
    assert_eq!(object.list(add(ids(990, 1001), 60), START), ListAnswer::Full);
    assert_eq!(object.list(add(ids(990, 1000), 90), START), ListAnswer::Changed);
    assert_eq!(object.list(add(ids(990, 1000), 90), START), ListAnswer::Changed, "a repetition");
    assert_eq!(object.list(add(ids(1000, 1001), 60), START), ListAnswer::Full);
    object.list(ListCommand::Remove { id: "5".into() }, START);
    assert_eq!(object.list(add(ids(1000, 1001), 90), START), ListAnswer::Changed);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let ListAnswer::Page { ids, more } = object.list(ListCommand::Page { after }, START) else {
            panic!("a page");
        };
        assert!(ids.len() <= 100);
        seen.extend(ids);
        after = seen.last().cloned();
        if !more {
            break;
        }
    }
    assert_eq!(seen, [ids(0, 5), ids(6, 1001)].concat());
    let page = object.list(ListCommand::Page { after: None }, START + 60);
    let ListAnswer::Page { ids, more: false } = page else { panic!("{page:?}") };
    assert_eq!(ids.len(), 11, "those that have not expired");
    object.send(&Command::Sweep, START + 90);
    assert_eq!(object.entry, None);
    assert_eq!(MAX_LINKS, 1_000);
}

/// Entries are stored for weeks, so later versions must read what this one writes.
#[test]
fn stored_entries_stay_readable() {
    let hex = |entry: &Option<Vec<u8>>| {
        entry.iter().flatten().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    };
    let mut object = Object::default();
    object.link(make(Some(3), 600), START);
    object.link(use_with("token", None), START);
    assert_eq!(
        hex(&object.entry),
        "0000067265706f7274056d65646961117265706f7274732f6164612f372e70646605372e70646600010b6c697374206f662061646101020105746f6b656eeca6a7d8060105746f6b656e88aba7d806"
    );
    object.link(LinkCommand::Revoke { list: "list of ada".into() }, START);
    assert_eq!(hex(&object.entry), "00020b6c697374206f662061646188aba7d806");
    let mut object = Object::default();
    object.list(ListCommand::Add { ids: vec!["id".into()], expires: START + 600 }, START);
    assert_eq!(hex(&object.entry), "010102696488aba7d806");
}

/// What happens to a link; the numbers are clients.
#[derive(Clone, Debug)]
enum Event {
    Use(u8),
    Repeat(u8),
    /// The answer was lost, and the platform sends the same command again.
    UseTwice(u8),
    GiveBack(u8),
    Revoke,
    Look,
    Sweep,
    Wait(u16),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => (0..6_u8).prop_map(Event::Use),
        3 => (0..6_u8).prop_map(Event::Repeat),
        2 => (0..6_u8).prop_map(Event::UseTwice),
        1 => (0..6_u8).prop_map(Event::GiveBack),
        1 => Just(Event::Revoke),
        1 => Just(Event::Look),
        1 => Just(Event::Sweep),
        3 => (0..90_u16).prop_map(Event::Wait),
    ];
    proptest::collection::vec(event, 0..40)
}

/// A link as the documents describe it.
struct Model {
    uses: u32,
    expires: u64,
    counted: Vec<Counted>,
    revoked: bool,
}

/// A counted use.
struct Counted {
    token: String,
    at: u64,
    /// The request that was counted, unless another one has repeated the use.
    request: Option<String>,
}

impl Model {
    fn is_over(&self, now: u64) -> bool {
        self.revoked || now >= self.expires
    }

    fn counts(&self) -> u32 {
        u32::try_from(self.counted.len()).unwrap()
    }

    /// Repeats the use with this token, if there is one that may be repeated.
    fn repeat(&mut self, token: &str, now: u64) -> bool {
        let is_over = self.is_over(now);
        let mut recent = self.counted.iter_mut().filter(|used| now < used.at + GRACE_SECS);
        let known = recent.find(|used| !is_over && used.token == token);
        known.map(|known| known.request = None).is_some()
    }

    fn use_now(&mut self, token: &str, request: &str, now: u64) -> bool {
        let permitted = !self.is_over(now) && self.counts() < self.uses;
        if permitted {
            let (token, request) = (token.to_owned(), Some(request.to_owned()));
            self.counted.push(Counted { token, at: now, request });
        }
        permitted
    }

    /// A use can be given back for as long as it can be repeated.
    fn give_back(&mut self, request: &str, now: u64) {
        if !self.is_over(now) {
            let is_old = |used: &Counted| now >= used.at + GRACE_SECS;
            self.counted.retain(|used| is_old(used) || used.request.as_deref() != Some(request));
        }
    }
}

proptest! {
    #[test]
    fn a_link_is_used_as_often_as_the_model_permits(uses in 1..5_u32, secs in 1..400_u64, events in events()) {
        let mut object = Object::default();
        object.link(make(Some(uses), secs), START);
        let mut model = Model { uses, expires: START + secs, counted: Vec::new(), revoked: false };
        // The token of each client, which it has from the page, and the last request of it that was counted.
        let mut clients: [(String, String); 6] = core::array::from_fn(|nth| (format!("page {nth}"), String::new()));
        let mut now = START;
        for (nth, event) in events.into_iter().enumerate() {
            let fresh = format!("token {nth}");
            match event {
                Event::Use(client) | Event::UseTwice(client) => {
                    let expected = model.use_now(&fresh, &fresh, now);
                    let answer = object.link(use_with(&fresh, None), now);
                    prop_assert_eq!(is_granted(&answer), expected, "{:?}", answer);
                    if matches!(event, Event::UseTwice(_)) {
                        prop_assert_eq!(object.link(use_with(&fresh, None), now), answer);
                    }
                    if expected {
                        clients[usize::from(client)] = (fresh.clone(), fresh);
                    }
                }
                Event::Repeat(client) => {
                    let (token, counted) = &mut clients[usize::from(client)];
                    let repeated = model.repeat(token, now);
                    let expected = repeated || model.use_now(token, &fresh, now);
                    let answer = object.link(use_with(&fresh, Some(token)), now);
                    prop_assert_eq!(is_granted(&answer), expected, "{:?}", answer);
                    if expected && !repeated {
                        *counted = fresh;
                    }
                }
                Event::GiveBack(client) => {
                    let (_, request) = &clients[usize::from(client)];
                    model.give_back(request, now);
                    for _ in 0..2 {
                        object.link(LinkCommand::GiveBack { token: request.clone() }, now);
                    }
                }
                Event::Revoke => {
                    object.link(LinkCommand::Revoke { list: "list of ada".into() }, now);
                    // A link that is used up and cannot be repeated stays so.
                    model.revoked = true;
                }
                Event::Look => {
                    let answer = object.link(look(None), now);
                    let is_open = matches!(answer, LinkAnswer::Open { .. });
                    prop_assert_eq!(is_open, !model.is_over(now) && model.counts() < uses);
                }
                Event::Sweep => drop(object.send(&Command::Sweep, now)),
                Event::Wait(secs) => now += u64::from(secs),
            }
        }
        prop_assert!(model.counts() <= uses);
    }

    #[test]
    fn no_bytes_make_an_object_panic(entry: Vec<u8>, command: Vec<u8>, now: u64) {
        let _ = apply(Some(&entry), &command, UnixTime::from_secs(now));
        let _ = apply(None, &command, UnixTime::from_secs(now));
        let _ = apply(Some(&entry), &Command::Link(look(None)).to_bytes(), UnixTime::from_secs(now));
    }
}
