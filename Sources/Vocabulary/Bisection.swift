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
