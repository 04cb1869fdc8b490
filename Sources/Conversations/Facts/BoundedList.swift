import Vocabulary

/// How much a list of facts holds, and how the report says that it was not enough.
struct Bound: Sendable {
    /// The limit's name in `Limits`.
    var name: String
    var most: Int
    /// What is left out beyond it, for a reader.
    var leftOut: String

    /// nil where there was room for all.
    func reached(beyond count: Int) -> LimitTrip? { LimitTrip(name, most, beyond: count, leftOut) }
}

/// Facts in the order in which they were read, up to a bound; what finds no room is counted.
public struct BoundedList<Element>: RandomAccessCollection, MutableCollection {
    @usableFromInline var elements: [Element] = []
    let bound: Bound
    private var leftOut = 0

    init(_ bound: Bound) { self.bound = bound }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { elements.count }
    @inlinable public subscript(place: Int) -> Element {
        get { elements[place] }
        _modify { yield &elements[place] }
    }

    var limitReached: LimitTrip? { bound.reached(beyond: leftOut) }

    /// - Returns: false where there is no room for it.
    @discardableResult
    mutating func append(_ element: Element) -> Bool {
        guard elements.count < bound.most else {
            leftOut += 1
            return false
        }
        elements.append(element)
        return true
    }

    var isFull: Bool { elements.count >= bound.most }

    mutating func removeAll(where isGone: (Element) -> Bool) { elements.removeAll(where: isGone) }

    /// Gives up facts for want of room, which counts as reaching the bound.
    mutating func leaveOut(where isGone: (Element) -> Bool) {
        let before = elements.count
        removeAll(where: isGone)
        leftOut += before - elements.count
    }

    /// The same list with some of its facts.
    func narrowed(to isKept: (Element) -> Bool) -> Self {
        var part = Self(bound)
        part.elements = elements.filter(isKept)
        return part
    }
}
