/// A value that begins as `init()` makes it.
protocol Startable: Sendable {
    init()
    /// One such value for all who only look: to make it each time was a tenth of what the rules took.
    static var untouched: Self { get }
}

/// A value that most connections leave as it was made. It has memory of its own only where it was changed, and is copied
/// then like any value: when one of several owners changes it.
struct Rare<Value: Startable>: Sendable {
    /// Changed only while it has one owner, which makes it safe to hand on.
    private final class Box: @unchecked Sendable {
        @exclusivity(unchecked) var value: Value
        init(_ value: Value) { self.value = value }
    }

    private var box: Box?

    /// Somebody changed it.
    var isSet: Bool { box != nil }

    var value: Value {
        _read {
            if let box { yield box.value } else { yield Value.untouched }
        }
        _modify {
            let own = ownBox()
            yield &own.value
        }
    }

    private mutating func ownBox() -> Box {
        if isKnownUniquelyReferenced(&box), let box { return box }
        let own = Box(value)
        box = own
        return own
    }
}

extension SignInFacts: Startable {
    static let untouched = SignInFacts()
}

extension TLSFacts: Startable {
    static let untouched = TLSFacts()
}
