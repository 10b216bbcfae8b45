using StreamLearn.Learners.Options;
using StreamLearn.Learners.Supervised.Baselines;
using StreamLearn.Learners.Supervised.Bayes;
using StreamLearn.Learners.Supervised.Linear;
using StreamLearn.Learners.Supervised.Networks;

namespace StreamLearn.Learners.Supervised;

/// <summary>Every learner of the tasks <c>classify</c> and <c>regress</c>.</summary>
public static class SupervisedCatalog
{
    private static readonly LogisticOptions Logistic = new();
    private static readonly LinearRegressionOptions Linear = new();

    /// <summary>The learners, in the order in which help texts list them.</summary>
    public static IReadOnlyList<SupervisedRegistration> All { get; } =
    [
        new(
            MlpClassifier.Kind, SupervisedTask.Classify, "a small network, learned in mini-batches; new labels add outputs",
            OptionSet.Texts(MiniBatchOptions.Texts(classification: true)),
            (task, options, seed, workspaces) => new MlpClassifier(task, MiniBatchOptions.From(options, classification: true), seed, workspaces),
            (task, options) => MlpClassifier.DeviceFor(task, MiniBatchOptions.From(options, classification: true))),
        new(
            LogisticClassifier.Kind, SupervisedTask.Classify, "multinomial logistic regression, a step of AdaGrad on each label",
            OptionSet.Texts(("learning-rate", Logistic.LearningRate), ("fading", Logistic.Fading)),
            (task, options, _, _) => new LogisticClassifier(task.Classes.Count, task.Features, LogisticOptions.From(options))),
        new(
            NaiveBayesClassifier.Kind, SupervisedTask.Classify, "features are normal in each class, and know nothing of each other",
            OptionSet.Texts(), (task, _, _, _) => new NaiveBayesClassifier(task.Classes.Count, task.Features)),
        new(
            LastLabelClassifier.Kind, SupervisedTask.Classify, "the class of the last label (persistence)",
            OptionSet.Texts(), (task, _, _, _) => new LastLabelClassifier(task.Classes.Count)),
        new(
            MajorityClassifier.Kind, SupervisedTask.Classify, "each class as often as it has come so far",
            OptionSet.Texts(), (task, _, _, _) => new MajorityClassifier(task.Classes.Count)),
        new(
            MlpRegressor.Kind, SupervisedTask.Regress, "a small network, learned in mini-batches",
            OptionSet.Texts(MiniBatchOptions.Texts(classification: false)),
            (task, options, seed, workspaces) => new MlpRegressor(task, MiniBatchOptions.From(options, classification: false), seed, workspaces),
            (task, options) => MlpRegressor.DeviceFor(task, MiniBatchOptions.From(options, classification: false))),
        new(
            LinearRegressor.Kind, SupervisedTask.Regress, "a linear model by recursive least squares with forgetting",
            OptionSet.Texts(
                ("forgetting", Linear.Forgetting), ("initial-covariance", Linear.InitialCovariance), ("max-covariance", Linear.MaxCovariance)),
            (task, options, _, _) => new LinearRegressor(task.Features, LinearRegressionOptions.From(options))),
        new(
            LastTargetRegressor.Kind, SupervisedTask.Regress, "the number is the last one (persistence)",
            OptionSet.Texts(), (_, _, _, _) => new LastTargetRegressor()),
        new(
            RunningMeanRegressor.Kind, SupervisedTask.Regress, "the number is the mean of all so far",
            OptionSet.Texts(("fading", 1)), (_, options, _, _) => new RunningMeanRegressor(options.Number("fading", 1, 0.5, 1))),
    ];
}
