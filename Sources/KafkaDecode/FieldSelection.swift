/// Which fields a plan hands on, and by what tag the receiver knows them.
///
/// A path is a field's name (`ErrorCode`, at any depth), the end of its path (`Partitions.ErrorCode`), or, begun by a dot,
/// its whole path (`.ThrottleTimeMs`). The first rule that fits a field counts, so narrow rules go before wide ones.
/// A selected array is handed on with its count, elements and end; a selected structure with begin and end. Fields below
/// are handed on by their own rules, whether or not what holds them is selected.
public struct FieldSelection: Sendable {
    struct Rule: Sendable {
        var message: String?
        var path: [String]
        var isAnchored: Bool
        var tag: UInt16
    }

    var rules: [Rule] = []
    var takesEverything = false
    var tellsUnknownTags = false

    /// A selection of nothing.
    public init() {}

    /// Everything, with brackets. The tag is then an index into `DecodePlan.selectedFields`, and a `records` field whose
    /// content is no batch is passed over instead of being a fault.
    public static let everything: FieldSelection = {
        var selection = FieldSelection()
        selection.takesEverything = true
        return selection
    }()

    /// The same, and tagged fields that the schema does not have by their number and size.
    public static let everythingTold: FieldSelection = {
        var selection = everything
        selection.tellsUnknownTags = true
        return selection
    }()

    /// Adds a rule: the fields at `path`, in `message` (such as `ProduceRequest`) or in any, get `tag`.
    public mutating func select(_ path: String, in message: String? = nil, as tag: UInt16) {
        let parts = path.split(separator: ".").map { String($0) }
        rules.append(Rule(message: message, path: parts, isAnchored: path.hasPrefix("."), tag: tag))
    }

    /// The tag of the field at `path` of `message`, nil where it is not selected.
    func tag(message: String, path: [String]) -> UInt16? {
        rules.first { $0.fits(message: message, path: path) }?.tag
    }
}

extension FieldSelection.Rule {
    /// Whether the rule speaks of that field.
    func fits(message: String, path whole: [String]) -> Bool {
        if let wanted = self.message, wanted != message { return false }
        guard !path.isEmpty, path.count <= whole.count else { return false }
        if isAnchored, path.count != whole.count { return false }
        return whole.suffix(path.count).elementsEqual(path)
    }
}
