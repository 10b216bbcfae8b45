using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>A drift detector as configuration names it.</summary>
/// <param name="Kind">Its name, e.g. <c>adwin</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">Its settings with their defaults, as <c>reference.conf</c> states them.</param>
/// <param name="Detector">Makes one for a stream: settings, seed. Settings that cannot be used throw <see cref="OptionException"/>.</param>
public sealed record DriftDetectorRegistration(
    string Kind,
    string Summary,
    IReadOnlyDictionary<string, string> Options,
    Func<OptionSet, ulong, IDriftDetector> Detector);
