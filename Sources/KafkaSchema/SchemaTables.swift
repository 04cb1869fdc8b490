/// The generated tables: extensions in `Generated/` give `requests`, `responses`, `others` and `errors`.
enum SchemaTables {
    /// Every message's text.
    static var allTexts: [StaticString] { requests + responses + others }
}
