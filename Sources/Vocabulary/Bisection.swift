extension RandomAccessCollection {
    /// The first place for which something holds, where it holds for none before that and for all behind it; `endIndex` where
    /// it holds for none. Looks at as many elements as the length has digits in binary.
    @inlinable
    public func partitionPoint(where holds: (Element) -> Bool) -> Index {
        var (low, length) = (startIndex, count)
        while length > 0 {
            let half = length / 2
            let middle = index(low, offsetBy: half)
            if holds(self[middle]) {
                length = half
            } else {
                low = index(after: middle)
                length -= half + 1
            }
        }
        return low
    }
}

extension [CaptureTime] {
    /// The last of the times, which stand in order, that is not behind an end; the distant past where all are.
    public func last(upTo end: CaptureTime) -> CaptureTime {
        prefix(upTo: partitionPoint(where: { $0 > end })).last ?? .distantPast
    }
}
