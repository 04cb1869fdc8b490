public import ReportModel
public enum Explain {
    public static func overview(markdown: Bool) -> String { "" }
    public static func page(_ kind: FindingKind, markdown: Bool) -> String { kind.rawValue }
    public static func section(_ kind: FindingKind, _ name: String, markdown: Bool) -> String? { nil }
    public static func sectionNames(_ kind: FindingKind) -> [String] { [] }
}
