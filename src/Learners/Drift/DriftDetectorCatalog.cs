using System.Globalization;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>Every drift detector that configuration can name. The conformance suite runs over this list.</summary>
public static class DriftDetectorCatalog
{
    // Longer than it takes a detector to be done with one abrupt change. A detector that gives false alarms is deaf for as long after each.
    private const int CoolDown = 200;

    // KSWIN is silent by itself until its window is full again, and often wrong.
    private const int KswinCoolDown = 100;

    private static readonly AdwinOptions Adwin = new();
    private static readonly PageHinkleyOptions PageHinkley = new();
    private static readonly DdmOptions Ddm = new();
    private static readonly KswinOptions Kswin = new();

    /// <summary>The detectors, in the order in which help texts list them.</summary>
    public static IReadOnlyList<DriftDetectorRegistration> All { get; } =
    [
        Registration(
            AdwinDetector.Kind,
            CoolDown,
            "the mean of an older and a newer part of an adaptive window differ",
            (options, _) => new AdwinDetector(AdwinOptions.From(options)),
            ("delta", Adwin.Delta), ("clock", Adwin.Clock), ("min-window", Adwin.MinWindow), ("min-sub-window", Adwin.MinSubWindow),
            ("direction", Adwin.Direction.Text())),
        Registration(
            PageHinkleyDetector.Kind,
            CoolDown,
            "the sum of the deviations from the mean so far has risen",
            (options, _) => new PageHinkleyDetector(PageHinkleyOptions.From(options)),
            ("delta", PageHinkley.Delta), ("threshold", PageHinkley.Threshold), ("min-count", PageHinkley.MinCount),
            ("direction", PageHinkley.Direction.Text())),
        Registration(
            DdmDetector.Kind,
            CoolDown,
            "the rate of large errors has risen above its minimum",
            (options, _) => new DdmDetector(DdmOptions.From(options)),
            ("reference", Ddm.Reference), ("quantile", Ddm.Quantile), ("min-count", Ddm.MinCount),
            ("warning-level", Ddm.WarningLevel), ("alarm-level", Ddm.AlarmLevel)),
        Registration(
            KswinDetector.Kind,
            KswinCoolDown,
            "the newest values have another distribution than those before",
            (options, seed) => new KswinDetector(KswinOptions.From(options), seed),
            ("window", Kswin.Window), ("stat-window", Kswin.StatWindow), ("alpha", Kswin.Alpha)),
    ];

    /// <summary>The detector of that name, or null.</summary>
    public static DriftDetectorRegistration? Find(string kind) => All.FirstOrDefault(detector => detector.Kind == kind);

    /// <summary>The names of the detectors, for messages.</summary>
    public static string Kinds => string.Join(", ", All.Select(detector => detector.Kind));

    private static DriftDetectorRegistration Registration(
        string kind,
        int coolDown,
        string summary,
        Func<OptionSet, ulong, IDriftDetector> detector,
        params (string Name, object Default)[] settings) =>
        new(
            kind,
            summary,
            settings.Append((Name: CoolingDetector.Setting, Default: coolDown))
                .ToDictionary(setting => setting.Name, setting => Convert.ToString(setting.Default, CultureInfo.InvariantCulture)!),
            (options, seed) => new CoolingDetector(
                detector(options, seed), options.Whole(CoolingDetector.Setting, coolDown, 0, 1_000_000_000)));
}
