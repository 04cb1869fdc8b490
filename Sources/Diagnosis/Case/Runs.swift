import Vocabulary

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

    /// The elements in their order, in runs of what begins within a span behind the latest end of all before it in its run.
    /// The end is carried along: to look for it anew at each element is the square of a run's length.
    func runs(within span: Int64, from begin: (Element) -> CaptureTime, to end: (Element) -> CaptureTime) -> [[Element]]
    {
        var latest = CaptureTime.distantPast
        return runs { run, next in
            latest = run.count == 1 ? end(run[0]) : Swift.max(latest, end(run[run.count - 1]))
            return begin(next).since(latest) < span
        }
    }
}
