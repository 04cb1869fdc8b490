public import Conversations
public import ReportModel

/// Facts to findings.
public enum Diagnosis {
    /// What the rules say of the case, worst first.
    public static func judge(_ file: CaseFile) -> (findings: [Finding], incidents: [Incident]) {
        ([], [])
    }
}
