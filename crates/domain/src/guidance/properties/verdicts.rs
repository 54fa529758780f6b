//! Of verdicts, outcomes and distances.

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use proptest::sample::select;

use super::favors::{favor, favored, is_two_edged};
use super::profiles::profile;
use super::{cases, catalog, credentials, today};
use crate::catalog::credential::CredentialStatus;
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::requirement::Condition;
use crate::catalog::source::Completeness;
use crate::guidance::applicant::Applicant;
use crate::guidance::assessment::{Assessment, Outcome, RouteAssessment, assess, rank};
use crate::guidance::judge::judge;
use crate::guidance::profile::Profile;
use crate::guidance::validation::Checker;
use crate::guidance::verdict::{Gap, Question, Verdict};

fn order(verdict: &Verdict<'_>) -> u8 {
    match verdict {
        Verdict::Unmet(_) => 0,
        Verdict::Unknown(_) => 1,
        Verdict::Met => 2,
    }
}

fn all(profile: &Profile, day: NaiveDate) -> Vec<Assessment<'_>> {
    let applicant = Applicant::new(profile, catalog(), day);
    catalog().credentials.iter().map(|credential| assess(credential, &applicant)).collect()
}

/// What decides how close a route is, in the order in which it decides, counted from its verdicts.
fn closeness(route: &RouteAssessment<'_>) -> impl Ord + use<> {
    const ORDER: [Outcome; 4] = [Outcome::Eligible, Outcome::NoKnownGap, Outcome::Undetermined, Outcome::NotYet];
    let outcome = ORDER.iter().position(|outcome| *outcome == route.outcome);
    let (mut never, mut unmet, mut unknown, mut days) = (0, 0, 0, 0);
    for judgment in &route.judgments {
        match &judgment.verdict {
            Verdict::Met => {}
            Verdict::Unknown(_) => unknown += 1,
            Verdict::Unmet(gap) => {
                unmet += 1;
                match gap {
                    Gap::Youth { .. } | Gap::Experience { .. } => never += 1,
                    Gap::Months { met_on, .. } | Gap::Years { met_on, .. } => {
                        days = days.max((*met_on - today()).num_days());
                    }
                    _ => {}
                }
            }
        }
    }
    let ahead = route.judgments.iter().map(|judgment| judgment.hours_ahead);
    let hours: u64 = ahead.map(|ahead| ahead.at_most.unwrap_or(ahead.at_least).steps()).sum();
    let fees = route.fees_ahead.map_or(Usd::ZERO, |fees| fees.at_least);
    (outcome, !route.open, never, unmet, hours, days, unknown, fees)
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn credentials_and_their_routes_are_ranked_closest_first_and_by_id_where_they_are_as_close(profile in profile()) {
        let ranked = rank(&catalog().credentials, &Applicant::new(&profile, catalog(), today()));
        prop_assert_eq!(ranked.len(), catalog().credentials.len());
        for assessment in &ranked {
            prop_assert!(assessment.routes.is_sorted_by_key(|route| (closeness(route), &route.route.id)));
        }
        // Where no route is known, nothing is counted: an example beside these says where such a credential stands.
        let known: Vec<_> = ranked.iter().filter_map(|one| Some((closeness(one.routes.first()?), &one.credential.id))).collect();
        prop_assert!(known.len() > 100 && known.is_sorted());
    }

    #[test]
    fn what_is_in_an_applicants_favor_never_worsens_a_verdict_an_outcome_or_a_distance(before in profile(), favor in favor()) {
        let (after, day) = favored(before.clone(), &favor);
        for (then, now) in all(&before, today()).iter().zip(&all(&after, day)) {
            if is_two_edged(&favor, then.credential) {
                continue;
            }
            prop_assert!(now.outcome <= then.outcome, "{}: {:?}", then.credential.id, favor);
            prop_assert!(now.distance <= then.distance, "{}: {:?} {:?}", then.credential.id, then.distance, now.distance);
            for route in &then.routes {
                let same = now.routes.iter().find(|other| other.route.id == route.route.id).unwrap();
                prop_assert!(same.outcome <= route.outcome);
                prop_assert!(same.distance <= route.distance);
                for (a, b) in route.judgments.iter().zip(&same.judgments) {
                    prop_assert!(order(&b.verdict) >= order(&a.verdict), "{}: {a:?} {b:?}", then.credential.id);
                    prop_assert!(b.hours_ahead.at_least <= a.hours_ahead.at_least);
                }
            }
        }
    }

    #[test]
    fn only_time_and_a_maximum_age_worsen_a_verdict(before in profile(), days in 1_i64..2_000) {
        let later = today() + TimeDelta::days(days);
        for (then, now) in all(&before, today()).iter().zip(&all(&before, later)) {
            for route in &then.routes {
                let same = now.routes.iter().find(|other| other.route.id == route.route.id).unwrap();
                for (a, b) in route.judgments.iter().zip(&same.judgments) {
                    let oldest = matches!(a.requirement.condition, Condition::MaximumAge { .. });
                    prop_assert!(oldest || order(&b.verdict) >= order(&a.verdict));
                }
            }
        }
    }

    #[test]
    fn no_profile_makes_a_partial_route_eligible(profile in profile()) {
        for assessment in all(&profile, today()) {
            for route in assessment.routes {
                prop_assert!(route.outcome != Outcome::Eligible || route.route.completeness == Completeness::Complete);
            }
        }
    }

    #[test]
    fn every_profile_that_is_made_here_is_possible(profile in profile()) {
        let mut checker = Checker::new(catalog(), today());
        checker.profile("", &profile);
        prop_assert_eq!(checker.into_violations(), vec![]);
    }

    #[test]
    fn the_order_of_requirements_and_routes_changes_nothing(profile in profile(), credential in select(credentials())) {
        let mut turned = credential.clone();
        turned.routes.reverse();
        turned.routes.iter_mut().for_each(|route| route.requirements.reverse());
        let applicant = Applicant::new(&profile, catalog(), today());
        let (straight, turned) = (assess(credential, &applicant), assess(&turned, &applicant));
        prop_assert_eq!((straight.outcome, straight.because, straight.distance), (turned.outcome, turned.because, turned.distance));
        for (a, b) in straight.routes.iter().zip(&turned.routes) {
            prop_assert_eq!(&a.route.id, &b.route.id);
            prop_assert_eq!((a.hours_ahead, a.fees_ahead, a.earliest_date), (b.hours_ahead, b.fees_ahead, b.earliest_date));
            prop_assert!(a.judgments.iter().eq(b.judgments.iter().rev()));
        }
    }

    #[test]
    fn what_is_ahead_at_least_is_not_more_than_what_is_at_most(profile in profile()) {
        for assessment in all(&profile, today()) {
            for route in assessment.routes {
                for judgment in &route.judgments {
                    let ahead = judgment.hours_ahead;
                    prop_assert!(ahead.at_most.is_none_or(|most| ahead.at_least <= most), "{judgment:?}");
                    prop_assert!(judgment.verdict != Verdict::Met || ahead.at_most == Some(Hours::ZERO));
                }
                prop_assert!(route.fees_ahead.is_none_or(|fees| fees.at_most.is_none_or(|most| fees.at_least <= most)));
            }
        }
    }

    #[test]
    fn a_requirement_is_met_by_time_on_the_day_that_is_told_and_not_the_day_before(profile in profile()) {
        for assessment in all(&profile, today()) {
            for (route, judgment) in assessment.routes.iter().flat_map(|route| route.judgments.iter().map(move |one| (route, one))) {
                let Verdict::Unmet(gap) = &judgment.verdict else { continue };
                let Some(day) = gap.met_on() else { continue };
                let on = |day| {
                    let applicant = Applicant::new(&profile, catalog(), day);
                    let confirmed = applicant.confirmed(assessment.credential, route.route);
                    let place = (assessment.credential, route.route);
                    judge(judgment.requirement, place, &applicant, confirmed).verdict == Verdict::Met
                };
                prop_assert!(on(day) && !on(day.pred_opt().unwrap()), "{}: {gap:?}", assessment.credential.id);
            }
        }
    }
}

#[test]
fn an_empty_profile_has_nothing_unmet_and_everything_to_be_asked() {
    let profile = Profile::default();
    for assessment in all(&profile, today()) {
        for route in &assessment.routes {
            for judgment in &route.judgments {
                assert!(matches!(judgment.verdict, Verdict::Unknown(_)), "{}: {judgment:?}", assessment.credential.id);
                assert_eq!(judgment.hours_ahead.at_least, Hours::ZERO);
            }
        }
        let expected = if assessment.credential.status == CredentialStatus::Active {
            Outcome::Undetermined
        } else {
            Outcome::NotYet
        };
        assert_eq!(assessment.outcome, expected, "{}", assessment.credential.id);
    }
}

#[test]
fn what_is_not_confirmed_is_not_met_by_anything_else() {
    let told = |condition: &Condition| matches!(condition, Condition::Other { .. } | Condition::Attestation { .. });
    let profile = Profile { confirmed: Some(Vec::new()), ..Profile::default() };
    for assessment in all(&profile, today()) {
        for judgment in assessment.routes.iter().flat_map(|route| &route.judgments) {
            if told(&judgment.requirement.condition) {
                let open =
                    matches!(judgment.verdict, Verdict::Unknown(Question::Confirmed | Question::LivedExperience(_)));
                assert!(open, "{judgment:?}");
            }
        }
    }
}
