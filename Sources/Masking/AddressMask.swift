import Vocabulary

/// Other addresses in place of those that are there: of the same kind (loopback, private, link-local, multicast), in one network
/// where those are, and as long in text. None of a capture's own is given out while there are others.
///
/// An address is a way of parts: four bytes, or eight groups of 16 bits. The alias of a part depends on the parts before it.
struct AddressMask {
    private let limit: Int
    private var nodes: [AddressWay: Node] = [:]
    private var learned: Set<IPAddress> = []
    private(set) var refused = 0

    /// Parts that stand behind the same parts, in the order in which they were learned.
    private struct Node {
        var parts: [UInt16] = []
        var aliases: [UInt16: UInt16] = [:]

        mutating func learn(_ part: UInt16) {
            if aliases.updateValue(part, forKey: part) == nil { parts.append(part) }
        }
    }

    init(limit: Int) { self.limit = limit }

    mutating func learn(_ address: IPAddress) {
        if let inside = Self.inside(address) { return learn(inside) }
        guard !learned.contains(address) else { return }
        guard learned.count < limit else {
            refused = refused.addingReportingOverflow(1).partialValue
            return
        }
        learned.insert(address)
        var way = AddressWay(address)
        for part in AddressWay.parts(of: address) {
            nodes[way, default: Node()].learn(part)
            way.parts.append(part)
        }
    }

    /// All addresses are known: each has an alias from now on.
    mutating func settle() {
        for (way, node) in nodes { nodes[way]?.aliases = Self.aliases(node.parts, behind: way) }
    }

    private static func aliases(_ parts: [UInt16], behind way: AddressWay) -> [UInt16: UInt16] {
        var aliases: [UInt16: UInt16] = [:]
        let own = Set(parts)
        var taken: Set<UInt16> = []
        // Where to look on among parts of one kind: for one that the capture has not, then for any.
        var (foreign, any): ([AlikeParts.Kind: UInt16], [AlikeParts.Kind: UInt16]) = ([:], [:])
        for part in parts {
            let others = way.alike(part)
            let alias =
                others.first(from: &foreign) { !own.contains($0) && !taken.contains($0) }
                ?? others.first(from: &any) { !taken.contains($0) } ?? others.last
            aliases[part] = alias
            taken.insert(alias)
        }
        return aliases
    }

    /// Of an address that was not learned, for want of room, one that says of which kind it is.
    func alias(_ address: IPAddress) -> IPAddress {
        if let inside = Self.inside(address) { return IPAddress(v6High: 0, low: 0xFFFF << 32 | alias(inside).low) }
        var way = AddressWay(address)
        let aliases = AddressWay.parts(of: address).map { part in
            let alias = nodes[way]?.aliases[part] ?? way.alike(part).last
            way.parts.append(part)
            return alias
        }
        return AddressWay.address(aliases)
    }

    /// The address inside `::ffff:0:0/96`.
    private static func inside(_ address: IPAddress) -> IPAddress? {
        address.isIPv6 ? address.embeddedIPv4.map { IPAddress(v4: $0) } : nil
    }
}
