import Testing
import Vocabulary

@Suite struct SaturatingTests {
    @Test func sumsStopAtTheEnds() {
        #expect(Int64.max.addingSaturated(1) == .max && Int64.min.addingSaturated(-1) == .min)
        #expect(UInt64.max.addingSaturated(.max) == .max && UInt64(1).subtractingSaturated(2) == 0)
        #expect(Int64.min.subtractingSaturated(1) == .min && Int64.max.subtractingSaturated(-1) == .max)
        #expect(Int64(5).addingSaturated(-7) == -2 && Int64(5).subtractingSaturated(7) == -2)
    }

    @Test func distances() {
        #expect(Int64.min.distanceFromZero == .max && Int64(-3).distanceFromZero == 3 && Int64(3).distanceFromZero == 3)
        #expect(CaptureTime(nanoseconds: .min).since(CaptureTime(nanoseconds: .max)) == .min)
    }

    @Test func numbersWithoutAnInteger() {
        #expect(Int(saturating: .nan) == 0 && Int(saturating: .infinity) == .max && Int(saturating: -1e300) == .min)
        #expect(Int(saturating: 3.9) == 3 && Int(saturating: -0x1p63) == .min)
    }
}
