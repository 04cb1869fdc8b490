/// A value that begins as `init()` makes it.
@usableFromInline protocol Startable: Sendable {
    init()
    /// One such value for all who only look: to make it each time was a tenth of what the rules took.
    static var untouched: Self { get }
}

/// A value that most connections leave as it was made. It has memory of its own only where it was changed, and is copied
/// then like any value: when one of several owners changes it.
///
/// Whoever looks at the value must have this code inlined, in other modules too. Called, an accessor that lends a large value
/// keeps it in a frame of its own on the heap, and the optimiser (Swift 6.3) reads from that after it was freed.
@usableFromInline struct Rare<Value: Startable>: Sendable {
    /// Changed only while it has one owner, which makes it safe to hand on.
    @usableFromInline final class Box: @unchecked Sendable {
        @exclusivity(unchecked) @usableFromInline var value: Value
        init(_ value: Value) { self.value = value }
    }

    @usableFromInline var box: Box?

    init() {}

    /// Somebody changed it.
    var isSet: Bool { box != nil }

    @usableFromInline var value: Value {
        @inlinable @inline(__always) _read {
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
    @usableFromInline static let untouched = SignInFacts()
}

extension TLSFacts: Startable {
    @usableFromInline static let untouched = TLSFacts()
}
