//! Bundles altered at every byte, cut, exchanged, torn.

use super::super::{SecretKey, origin};
use super::*;

/// The records of these bodies behind `end`, and the head over all of them.
fn grown(key: &SecretKey, end: &ChainEnd, bodies: &[&str]) -> (Vec<Vec<u8>>, ChainEnd, String) {
    let (mut records, mut after) = (Vec::new(), end.clone());
    for body in bodies {
        let record = Record::new(after.leaf, after.size(), body.as_bytes()).expect("good body");
        after.push(record.leaf());
        records.push(record.bytes().to_vec());
    }
    let head = Head { origin: origin(Digest([7; 32]), false), size: after.size(), root: after.root() };
    (records, after, head.sign(key))
}

fn bundle(key: &SecretKey, end: &ChainEnd, bodies: &[&str]) -> (Vec<u8>, ChainEnd) {
    let (records, after, note) = grown(key, end, bodies);
    let bytes = write_bundle(&origin(Digest([7; 32]), false), end.size(), &note, records.iter().map(Vec::as_slice));
    (bytes, after)
}

fn key() -> SecretKey {
    SecretKey::from_bytes(&[8; 32])
}

fn believed(bytes: &[u8]) -> Result<Vec<Record>, BundleError> {
    let (mut end, mut all) = (ChainEnd::default(), Vec::new());
    for bundle in read_bundles(bytes)?.bundles {
        let (records, after) = bundle.check(&end, key().public())?;
        all.extend(records);
        end = after;
    }
    Ok(all)
}

const BODIES: [&str; 3] = [r#"{"a":1}"#, r#"{"b":22}"#, r#"{"c":333}"#];

#[test]
fn a_bundle_reads_back_and_whatever_byte_is_altered_its_record_or_the_head_is_named() {
    let (bytes, _) = bundle(&key(), &ChainEnd::default(), &BODIES);
    assert_eq!(believed(&bytes).map(|records| records.len()), Ok(3));
    let one = &read_bundles(&bytes).expect("reads").bundles[0];
    let mut begins = bytes.len() - one.records.iter().map(|record| record.len() + 4).sum::<usize>();
    let front = begins;
    let mut record_at = vec![None; bytes.len()];
    for (seq, record) in (0u64..).zip(&one.records) {
        record_at[begins..begins + 4 + record.len()].fill(Some((seq, begins + 4)));
        begins += 4 + record.len();
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut bad = bytes.clone();
            bad[at] ^= 1 << bit;
            let error = believed(&bad).expect_err(&format!("byte {at} bit {bit}"));
            let Some((seq, body)) = record_at[at] else {
                let of_front = matches!(error, BundleError::Form(_) | BundleError::Head(_) | BundleError::Cut(_));
                assert!(at < front && of_front, "byte {at} bit {bit}: {error}");
                continue;
            };
            // A length that is wrong moves every record behind it.
            if at >= body {
                assert!(matches!(&error, BundleError::Broken(broken) if broken.seq == seq), "{at} {bit}: {error}");
            } else {
                let named = match &error {
                    BundleError::Broken(broken) => broken.seq,
                    BundleError::Cut(seq) => *seq,
                    BundleError::Form(_) => seq,
                    BundleError::Head(_) => panic!("byte {at} bit {bit}: {error}"),
                };
                assert!(named >= seq, "byte {at} bit {bit}: {error}");
            }
        }
    }
}

#[test]
fn a_bundle_that_is_cut_anywhere_or_has_a_record_exchanged_or_left_out_is_refused() {
    let (bytes, _) = bundle(&key(), &ChainEnd::default(), &BODIES);
    for length in 0..bytes.len() {
        assert!(read_bundles(&bytes[..length]).is_err(), "{length}");
    }
    let (records, _, note) = grown(&key(), &ChainEnd::default(), &BODIES);
    let name = origin(Digest([7; 32]), false);
    let with = |order: &[usize]| write_bundle(&name, 0, &note, order.iter().map(|at| records[*at].as_slice()));
    let flaw = |bytes: &[u8]| believed(bytes).expect_err("moved");
    let moved = |seq, found| BundleError::Broken(Broken { seq, flaw: Flaw::Seq { found } });
    assert_eq!(flaw(&with(&[0, 2, 1])), moved(1, 2));
    assert_eq!(flaw(&with(&[1, 0, 2])), moved(0, 1));
    for left_out in [&[0, 2][..], &[0, 1], &[1, 2]] {
        assert!(matches!(flaw(&with(left_out)), BundleError::Head(_)), "the head is over three records");
    }
    let other = SecretKey::from_bytes(&[9; 32]);
    assert!(matches!(flaw(&bundle(&other, &ChainEnd::default(), &BODIES).0), BundleError::Head(_)));
    let with_more = [bytes.as_slice(), b"x"].concat();
    assert!(believed(&with_more).is_err(), "something that is no bundle follows");
}

#[test]
fn of_several_in_a_file_a_torn_last_one_is_dropped_and_a_damaged_earlier_one_is_not() {
    let (first, end) = bundle(&key(), &ChainEnd::default(), &BODIES[..1]);
    let (second, end) = bundle(&key(), &end, &BODIES[1..2]);
    let (third, _) = bundle(&key(), &end, &BODIES[2..]);
    let file = [first.clone(), second.clone(), third].concat();
    assert_eq!(believed(&file).map(|records| records.len()), Ok(3));
    let two = first.len() + second.len();
    for length in two + 1..file.len() {
        let read = read_bundles(&file[..length]).expect("two are whole");
        assert_eq!((read.bundles.len(), read.torn), (2, Some(2)), "{length}");
    }
    assert_eq!(read_bundles(&file[..two]).expect("whole").torn, None);
    let zeros = [&file[..two], &[0; 512]].concat();
    assert_eq!(read_bundles(&zeros).expect("whole").torn, Some(2), "never written");
    for at in 0..two {
        for bit in 0..8 {
            let mut bad = file.clone();
            bad[at] ^= 1 << bit;
            assert!(believed(&bad).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn a_bundle_behind_another_branch_is_told_from_one_whose_link_was_altered() {
    let (_, trunk) = bundle(&key(), &ChainEnd::default(), &BODIES[..2]);
    let (_, branch) = bundle(&key(), &ChainEnd::default(), &[BODIES[0], r#"{"b":23}"#]);
    let read = |end: &ChainEnd| read_bundles(&bundle(&key(), end, &BODIES[2..]).0).expect("whole").bundles.remove(0);
    let other = read(&branch);
    assert!(other.check(&trunk, key().public()).is_err());
    assert!(!other.is_altered_link(&trunk));
    let mut altered = read(&trunk);
    altered.records[0][5] ^= 1;
    assert!(altered.check(&trunk, key().public()).is_err());
    assert!(altered.is_altered_link(&trunk));
    assert!(altered.check_alone().is_ok(), "by itself nobody can tell");
}
