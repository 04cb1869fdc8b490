/// Captures whose findings fall short of their label, with the reason. A listed one that is right fails its test, so the
/// list can only shrink.
enum Shortfalls {
    static let known: [String: String] = [:]
}

/// Kinds of finding that labels ask for and that no rule gives yet, with what they are about. A kind that is there is to be
/// taken off this list, which a test asks for.
enum NotYet {
    static let kinds: [String: String] = [:]
    /// Tables of the report likewise.
    static let tables: Set<String> = []
}

/// The key logs beside captures; expectations that need one count only where it is used.
enum KeyLogs {
    /// Its path; nil where the capture has none.
    static func path(of name: String) -> String? {
        let path = Repository.capture(name + ".keys")
        return Repository.files(in: Repository.captures).contains(name + ".keys") ? path : nil
    }

    static let names = Label.all.keys.filter { path(of: $0) != nil }.sorted()
}
