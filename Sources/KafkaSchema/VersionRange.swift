/// A run of versions, both ends in; `.none` holds no version.
public struct VersionRange: Sendable, Hashable {
    /// The first version.
    public var first: Int
    /// The last version.
    public var last: Int

    /// A run from `first` to `last`.
    public init(first: Int, last: Int) {
        self.first = first
        self.last = last
    }

    /// No version at all.
    public static let none = VersionRange(first: 0, last: -1)

    /// Whether `version` is in the run.
    public func contains(_ version: Int) -> Bool { first <= version && version <= last }

    /// The same as a range; nil where it is empty.
    public var closedRange: ClosedRange<Int>? { first <= last ? first...last : nil }

    /// Reads `3`, `0-4` or `none`, in ASCII.
    init?(_ text: some Collection<UInt8>) {
        if text.elementsEqual("none".utf8) {
            self = .none
            return
        }
        let ends = text.split(separator: UInt8(ascii: "-"))
        guard let head = ends.first, let first = Self.number(head) else { return nil }
        guard ends.count == 2 else {
            self.init(first: first, last: first)
            return
        }
        guard let last = Self.number(ends[1]) else { return nil }
        self.init(first: first, last: last)
    }

    /// The number that a few digits make; nil for anything else.
    static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count < 6 else { return nil }
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
