//! Questions to an applicant, each about a field of a profile.

use crate::catalog::requirement::Experience;

pub const BIRTH_DATE: &str = "When were you born?";
pub const RECOVERY_SINCE: &str = "Since when have you been in recovery?";
pub const EDUCATION: &str = "What is the highest level of school that you finished?";
pub const TRAINING: &str = "Which trainings for the role have you finished, and how many hours did each have?";
pub const TRAINING_TOPICS: &str = "How many hours of your trainings were about each topic?";
pub const TRAINING_APPROVAL: &str = "Where are the providers of your trainings approved?";
pub const WORK_HOURS: &str = "How many hours of paid work in the role have you done?";
pub const VOLUNTEER_HOURS: &str = "How many hours of unpaid work in the role have you done?";
pub const SUPERVISION_HOURS: &str = "How many hours of supervision have you received?";
pub const PRACTICUM_HOURS: &str = "How many hours of practicum have you completed?";
pub const EXAMS_PASSED: &str = "Which examinations for the role have you passed?";
pub const CREDENTIALS_HELD: &str = "Which peer support credentials do you hold?";
pub const BACKGROUND_CHECK_PASSED: &str = "Have you passed a background check?";
pub const CODE_OF_ETHICS_SIGNED: &str = "Have you signed the code of ethics?";
pub const REFERENCES: &str = "How many people have given you a written reference?";
pub const LIVES_IN: &str = "Which state do you live in?";
pub const WORKS_IN: &str = "Which states do you work in?";
pub const CONFIRMED: &str = "Do you meet this requirement?";

pub const fn experience(experience: Experience) -> &'static str {
    match experience {
        Experience::MentalHealth => "Have you lived with a mental health condition?",
        Experience::SubstanceUse => "Have you lived with substance use?",
        Experience::Family => "Have you raised or cared for someone with a mental health condition or substance use?",
        Experience::Youth => "Did you live with a mental health condition or substance use as a young person?",
        Experience::Veteran => "Did you serve in the military?",
        Experience::JusticeInvolved => "Have you been arrested, incarcerated or on probation?",
        Experience::Housing => "Have you been without a home or stable housing?",
    }
}
