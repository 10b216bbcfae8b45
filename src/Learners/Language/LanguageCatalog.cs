using StreamLearn.Learners.Language.Gpt;
using StreamLearn.Learners.Language.NGrams;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Language;

/// <summary>Every learner of the task <c>language</c>.</summary>
public static class LanguageCatalog
{
    /// <summary>The learners, in the order in which help texts list them.</summary>
    public static IReadOnlyList<LanguageRegistration> All { get; } =
    [
        new(
            GptLearner.Kind, "a small transformer, trained on mini-batches of packed texts as they come", OptionSet.Texts(GptOptions.Texts()),
            (task, options, names, seed, workspaces) => new GptLearner(task, GptOptions.From(task, options), names, seed, workspaces),
            (task, options) => GptOptions.From(task, options),
            (task, options) => GptOptions.From(task, options).DeviceFor(task)),
        new(
            NGramLearner.Kind, "counts of runs of tokens, interpolated (Witten-Bell)", OptionSet.Texts(NGramOptions.Texts()),
            (task, options, _, _, _) => new NGramLearner(task, NGramOptions.From(options)),
            (_, options) => NGramOptions.From(options)),
        new(
            UnigramLearner.Kind, "each token as often as it has come so far", OptionSet.Texts(),
            (task, _, _, _, _) => new UnigramLearner(task),
            (_, _) => { }),
    ];

    /// <summary>The learner of that name, or null.</summary>
    public static LanguageRegistration? Find(string kind) => All.FirstOrDefault(learner => learner.Kind == kind);
}
