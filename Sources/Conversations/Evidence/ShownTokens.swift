/// Tokens of sign-ins as a facts file has them. Where one lies and what is shown of it are told apart, in either order.
struct ShownTokens {
    private struct Key: Hashable {
        var connection: UInt64
        var isClients: Bool
    }

    private struct Told {
        var places: [(offset: Int64, length: Int?)] = []
        var shapes: [[UInt8]] = []
        var whole: [StreamPatch] = []
    }

    private var told: [Key: Told] = [:]

    /// - Parameter length: nil where it is not known.
    mutating func place(_ offset: Int64, length: Int? = nil, of connection: UInt64, isClients: Bool) {
        let key = Key(connection: connection, isClients: isClients)
        told[key, default: Told()].places.append((offset, length))
        join(key)
    }

    mutating func take(_ shape: [UInt8], of connection: UInt64, isClients: Bool) {
        let key = Key(connection: connection, isClients: isClients)
        told[key, default: Told()].shapes.append(shape)
        join(key)
    }

    private mutating func join(_ key: Key) {
        guard var known = told[key] else { return }
        defer { told[key] = known }
        guard let shape = known.shapes.last,
            let place = known.places.last(where: { ($0.length ?? shape.count) == shape.count })
        else { return }
        known.whole.append(StreamPatch(offset: place.offset, bytes: shape))
        (known.places, known.shapes) = ([], [])
    }

    mutating func all(of connection: UInt64, isClients: Bool) -> [StreamPatch] {
        told.removeValue(forKey: Key(connection: connection, isClients: isClients))?.whole ?? []
    }
}
