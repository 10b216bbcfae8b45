using StreamLearn.Learners;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Options;

namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>A row of the experiment: a learner with settings.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Learner">Learner and settings.</param>
/// <param name="MostFeatures">It is left out where rows have more features, because it is too slow there.</param>
internal sealed record BanditContender(string Name, LearnerChoice Learner, int MostFeatures = int.MaxValue)
{
    /// <summary>What is called a neural bandit by regression here.</summary>
    internal static readonly IReadOnlyList<string> Own = ["neu-fast-cb", "neu-square-cb"];

    private static readonly string[] Perturbations = ["none", "expected", "rademacher"];

    // A perturbation by signs goes over all parameters in every round.
    private const int MostFeaturesOfSigns = 100;

    /// <summary>All rows: each learner with its defaults, and what makes the difference in the two of our own.</summary>
    internal static IReadOnlyList<BanditContender> All { get; } =
    [
        .. BanditCatalog.All.SelectMany(registration => Own.Contains(registration.Kind)
            ? Variants(registration)
            : [new BanditContender(registration.Kind, new LearnerChoice(registration, OptionSet.Defaults))]),
    ];

    /// <summary>The settings that are not the learner's defaults.</summary>
    internal string Settings => string.Join(", ", Learner.Options.Names.Select(name => $"{name} {Learner.Options.Value(name)}"));

    private static IEnumerable<BanditContender> Variants(BanditRegistration registration)
    {
        yield return Variant(registration, "");
        foreach (var perturbation in Perturbations.Where(kind => kind != registration.Options["perturbation"]))
        {
            yield return Variant(registration, perturbation, ("perturbation", perturbation)) with
            {
                MostFeatures = perturbation == "rademacher" ? MostFeaturesOfSigns : int.MaxValue,
            };
        }

        yield return Variant(registration, "no replay", ("replay", "0"));

        // What the code bases around the paper have: one plain gradient step a round on rows as they are, hidden 100, rate 0.01, PyTorch's start, gamma 10 t^0.5.
        yield return Variant(
            registration, "plain SGD", ("hidden", "100"), ("weight-scale", "1"), ("head-scale", "0.577"), ("optimizer", "sgd"), ("learning-rate", "0.01"),
            ("normalization", "none"), ("action-bias", "off"), ("replay", "0"), ("gamma-scale", "10"));
    }

    private static BanditContender Variant(BanditRegistration registration, string name, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        var values = new Dictionary<string, string>();
        foreach (var (setting, value) in settings)
        {
            values.Add(setting, value);
        }

        return new BanditContender(
            name.Length == 0 ? registration.Kind : $"{registration.Kind}, {name}", new LearnerChoice(registration, new OptionSet("learner", values)));
    }
}
