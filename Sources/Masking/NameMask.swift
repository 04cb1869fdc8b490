public import Vocabulary

/// Aliases for hosts, addresses, client ids and principals: learned first, in one reading of the captures, and put in their place
/// in another. An alias is as long as what it stands for, so no length and no checksum's place changes.
public final class NameMask {
    private var addresses: AddressMask
    /// Parts of host names between dots, in lower case.
    private var labels: AliasList
    private var clients: AliasList
    private var principals: AliasList
    /// Host names as a whole, in lower case.
    private var hosts: Set<[UInt8]> = []
    private let limit: Int
    /// Texts come again and again.
    private var masked: [[UInt8]: [UInt8]] = [:]

    /// - Parameter limits: `maskedNames` of each kind get aliases of their own.
    public init(limits: Limits) {
        limit = limits.maskedNames
        addresses = AddressMask(limit: limit)
        labels = AliasList(word: "host", keepsBrokers: true, limit: limit)
        clients = AliasList(word: "client", limit: limit)
        principals = AliasList(word: "user", limit: limit)
    }

    /// The bound that was reached, if it was.
    public var trip: LimitTrip? {
        let refused = [addresses.refused, labels.refused, clients.refused, principals.refused].reduce(0) {
            $0.addingSaturated($1)
        }
        return LimitTrip("maskedNames", limit, beyond: refused, "names that are hidden without an alias of their own")
    }

    // MARK: Learning

    public func learn(_ address: IPAddress) { addresses.learn(address) }

    /// A name, or an address as text.
    public func learn(host: some Sequence<UInt8>) {
        let name = HostLabels.lowercased(host)
        if let address = HostLabels.address(name) { return addresses.learn(address) }
        guard !name.isEmpty, !HostLabels.isCommonplace(name) else { return }
        for label in HostLabels.parts(name) where !HostLabels.isCommonplace(Array(label)) { labels.learn(Array(label)) }
        if hosts.count < limit { hosts.insert(name) }
    }

    /// An address as text, where it is one.
    public func learn(addressIn text: some Sequence<UInt8>) {
        if let address = HostLabels.address(Array(text)) { addresses.learn(address) }
    }

    public func learn(client id: some Sequence<UInt8>) { clients.learn(Array(id)) }

    public func learn(principal: some Sequence<UInt8>) { principals.learn(Array(principal)) }

    /// All is learned.
    public func settle() {
        addresses.settle()
        labels.settle()
        clients.settle()
        principals.settle()
    }

    // MARK: Aliases

    public func alias(_ address: IPAddress) -> IPAddress { addresses.alias(address) }

    /// What says nothing but how long it was.
    public func hidden(_ text: some Collection<UInt8>) -> [UInt8] { AliasList.hidden(text.count) }

    /// Of a host name or an address as text, as many bytes long.
    public func host(_ text: some Sequence<UInt8>) -> [UInt8] {
        let name = HostLabels.lowercased(text)
        if let alias = addressText(name) { return alias }
        if HostLabels.isCommonplace(name) { return name }
        return Array(HostLabels.parts(name).map(label).joined(separator: [HostLabels.dot]))
    }

    /// Of the part of a host name.
    public func label(_ text: some Sequence<UInt8>) -> [UInt8] {
        let label = HostLabels.lowercased(text)
        return HostLabels.isCommonplace(label) ? label : labels[label] ?? AliasList.hidden(label.count)
    }

    public func client(_ id: some Sequence<UInt8>) -> [UInt8] {
        let id = Array(id)
        return clients[id] ?? AliasList.hidden(id.count)
    }

    public func principal(_ name: some Sequence<UInt8>) -> [UInt8] {
        let name = Array(name)
        return principals[name] ?? AliasList.hidden(name.count)
    }

    private func addressText(_ name: [UInt8]) -> [UInt8]? {
        guard let address = HostLabels.address(name) else { return nil }
        let alias = Array(addresses.alias(address).description.utf8)
        // Zeros that nobody writes, for instance.
        return alias.count == name.count ? alias : AliasList.hidden(name.count)
    }

    // MARK: Text

    /// Any text with the names that are known in it replaced, as many bytes long.
    public func text(_ text: some Collection<UInt8>) -> [UInt8] {
        let text = Array(text)
        if let known = masked[text] { return known }
        let result = clients[text] ?? principals[text] ?? TextWords.replaced(text, by: word)
        if masked.count < limit { masked[text] = result }
        return result
    }

    /// A text that is put together from names and more, as a member id is: `consumer-1-5f0c…`.
    public func compound(_ text: some Collection<UInt8>) -> [UInt8] {
        TextWords.replaced(Array(text)) { word in
            let whole = self.word(word)
            return whole == word ? TextWords.replacedInside(word, by: known) : whole
        }
    }

    /// A text that says in words of its own who or where something is: what looks like a name is hidden too.
    public func spoken(_ text: some Collection<UInt8>) -> [UInt8] {
        TextWords.replaced(compound(text)) { TextWords.looksLikeName($0) ? AliasList.hidden($0.count) : $0 }
    }

    /// `host:9092` and `User:alice` by their parts.
    private func word(_ word: [UInt8]) -> [UInt8] {
        if let alias = known(word) { return alias }
        guard let place = word.lastIndex(of: UInt8(ascii: ":")), place > 0 else { return word }
        return self.word(Array(word[..<place])) + word[place...].prefix(1) + self.word(Array(word[(place + 1)...]))
    }

    private func known(_ word: [UInt8]) -> [UInt8]? {
        if let alias = clients[word] ?? principals[word] ?? addressText(word) { return alias }
        return hosts.contains(HostLabels.lowercased(word)) ? host(word) : nil
    }
}
