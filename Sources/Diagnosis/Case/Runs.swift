extension Sequence {
    /// The elements in their order, in runs.
    /// - Parameter goesOn: whether an element belongs to the run before it, which has one element at least.
    func runs(where goesOn: (_ run: [Element], _ next: Element) -> Bool) -> [[Element]] {
        var runs: [[Element]] = []
        for next in self {
            if !runs.isEmpty, goesOn(runs[runs.count - 1], next) {
                runs[runs.count - 1].append(next)
            } else {
                runs.append([next])
            }
        }
        return runs
    }
}
