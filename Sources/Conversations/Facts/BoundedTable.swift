import Vocabulary

/// Facts by what they are about, up to a bound, in the order in which they came up; what finds no room is counted.
public struct BoundedTable<Key: Hashable, Value> {
    public private(set) var keys: [Key] = []
    public private(set) var values: [Value] = []
    private var places: [Key: Int] = [:]
    private let bound: Bound
    private var leftOut = 0

    init(_ bound: Bound) { self.bound = bound }

    public var isEmpty: Bool { keys.isEmpty }
    public var count: Int { keys.count }
    public subscript(key: Key) -> Value? { places[key].map { values[$0] } }

    var limitReached: LimitTrip? { bound.reached(beyond: leftOut) }

    /// Changes what is known of a key, which begins as `first`.
    ///
    /// - Returns: false where there is no room for it.
    @discardableResult
    mutating func update(_ key: Key, beginning first: @autoclosure () -> Value, _ change: (inout Value) -> Void) -> Bool
    {
        guard let place = place(of: key, beginning: first()) else { return false }
        change(&values[place])
        return true
    }

    /// Where a key's facts are in `values`, which begin as `first`; nil where there is no room for it.
    mutating func place(of key: Key, beginning first: @autoclosure () -> Value) -> Int? {
        if let known = places[key] { return known }
        guard keys.count < bound.most else {
            leftOut += 1
            return nil
        }
        places[key] = keys.count
        keys.append(key)
        values.append(first())
        return keys.count - 1
    }

    /// Where a known key's facts are in `values`.
    func place(of key: Key) -> Int? { places[key] }

    mutating func change(at place: Int, _ change: (inout Value) -> Void) { change(&values[place]) }

    /// Changes all, in order.
    mutating func changeEach(_ change: (inout Value) -> Void) {
        for place in values.indices { change(&values[place]) }
    }

    mutating func removeAll(where isGone: (Key, Value) -> Bool) { self = narrowed { !isGone($0, $1) } }

    /// The same table with some of its facts.
    func narrowed(to isKept: (Key, Value) -> Bool) -> Self {
        var part = self
        let kept = keys.indices.filter { isKept(keys[$0], values[$0]) }
        guard kept.count < keys.count else { return part }
        part.keys = kept.map { keys[$0] }
        part.values = kept.map { values[$0] }
        part.places = Dictionary(uniqueKeysWithValues: part.keys.enumerated().map { ($1, $0) })
        return part
    }
}

extension BoundedTable: Sequence {
    public struct Iterator: IteratorProtocol {
        var rest: Zip2Sequence<[Key], [Value]>.Iterator

        public mutating func next() -> (key: Key, value: Value)? { rest.next().map { (key: $0, value: $1) } }
    }

    public func makeIterator() -> Iterator { Iterator(rest: zip(keys, values).makeIterator()) }
}
