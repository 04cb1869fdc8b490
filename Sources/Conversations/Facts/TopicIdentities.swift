import Vocabulary

/// Topics have a name, and since KIP-516 an id; Metadata tells which goes with which.
struct TopicIdentities {
    /// Names by ids in text form.
    private(set) var names: [StringID: StringID] = [:]
    /// Ids by the names that they have, or had.
    private(set) var ids: [StringID: Set<StringID>] = [:]

    /// Bounded by the strings that are remembered at all.
    mutating func learn(_ name: StringID, of id: StringID) {
        if names.updateValue(name, forKey: id) != name { ids[name, default: []].insert(id) }
    }
}
