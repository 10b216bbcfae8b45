using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>Every optimiser there is, with the settings that change its formula.</summary>
internal static class OptimizerRows
{
    private static readonly Dictionary<string, OptimizerOptions> _rows = new()
    {
        ["sgd"] = new SgdOptions { LearningRate = 0.1 },
        ["sgd with decay"] = new SgdOptions { LearningRate = 0.1, WeightDecay = 0.05 },
        ["sgd with momentum"] = new SgdOptions { LearningRate = 0.05, Momentum = 0.9 },
        ["sgd with momentum and decay"] = new SgdOptions { LearningRate = 0.05, Momentum = 0.8, WeightDecay = 0.02 },
        ["sgd with nesterov"] = new SgdOptions { LearningRate = 0.05, Momentum = 0.9, Nesterov = true, WeightDecay = 0.02 },
        ["adagrad-norm"] = new AdaGradNormOptions(),
        ["adam"] = new AdamOptions { LearningRate = 0.01 },
        ["adam with decay"] = new AdamOptions { LearningRate = 0.02, Beta1 = 0.8, Beta2 = 0.99, Epsilon = 1e-3, WeightDecay = 0.1 },
        ["adamw"] = new AdamWOptions { LearningRate = 0.01 },
        ["adamw with much decay"] = new AdamWOptions { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9, WeightDecay = 0.5 },
        ["adabelief"] = new AdaBeliefOptions { LearningRate = 0.01 },
        ["adabelief with decay"] = new AdaBeliefOptions { LearningRate = 0.01, Beta2 = 0.98, Epsilon = 1e-8, WeightDecay = 0.1 },
        ["adabelief not rectified"] = new AdaBeliefOptions { LearningRate = 0.01, Rectify = false },
        ["lion"] = new LionOptions { LearningRate = 0.01 },
        ["lion with decay"] = new LionOptions { LearningRate = 0.02, Beta1 = 0.95, Beta2 = 0.98, WeightDecay = 0.3 },
        ["optimistic-mirror-descent"] = new OptimisticMirrorDescentOptions(),
        ["optimistic-mirror-descent wide"] = new OptimisticMirrorDescentOptions
        {
            LearningRate = 0.5,
            Radius = 30,
            GradientBound = 100,
            Delta = 0.1,
        },
        ["adahessian"] = new AdaHessianOptions(),
        ["adahessian with decay"] = new AdaHessianOptions
        {
            LearningRate = 0.05,
            Beta1 = 0.8,
            Beta2 = 0.95,
            HessianPower = 0.5,
            WeightDecay = 0.1,
            ProbeEvery = 3,
            Seed = 7,
        },
    };

    /// <summary>The rows that there are in the process's memory.</summary>
    internal static IEnumerable<string> Cpu => _rows.Keys.Where(name => _rows[name] is not AdaHessianOptions);

    /// <summary>Every row.</summary>
    internal static IEnumerable<string> All => _rows.Keys;

    internal static OptimizerOptions Options(string name) => _rows[name];
}
