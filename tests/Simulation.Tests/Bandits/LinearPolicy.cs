using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Simulation.Tests.Bandits;

/// <summary>
/// The simplest policy that uses the context: a linear regression of the cost for each pair and path, by recursive least squares that
/// forgets, and now and then a path by lot. Or, to compare, without the context: a mean of recent costs.
/// </summary>
internal sealed class LinearPolicy(PathChoiceWorld world, double explore, double memory, bool looks = true)
{
    private readonly Xoshiro256 _random = new(1);
    private readonly int _width = looks ? world.FeatureNames.Count + 1 : 1;
    private readonly Dictionary<(int Pair, int Path), (double[] Weights, double[] Covariance)> _models = [];

    public int Choose(PathFlow flow)
    {
        if (_random.NextDouble() < explore)
            return (int)(world.PathsPerPair * _random.NextDouble());
        return Enumerable.Range(0, world.PathsPerPair).MinBy(path => Predict(Inputs(flow), Model(flow.Pair, path).Weights));
    }

    public void Learn(PathFlow flow, int path, double cost)
    {
        var inputs = Inputs(flow);
        var (weights, covariance) = Model(flow.Pair, path);
        var gain = new double[_width];
        for (var row = 0; row < _width; row++)
        {
            for (var column = 0; column < _width; column++)
                gain[row] += covariance[row * _width + column] * inputs[column];
        }

        var scale = memory + Predict(inputs, gain);
        var error = cost - Predict(inputs, weights);
        for (var row = 0; row < _width; row++)
        {
            weights[row] += gain[row] / scale * error;
            for (var column = 0; column < _width; column++)
                covariance[row * _width + column] = (covariance[row * _width + column] - gain[row] * gain[column] / scale) / memory;
        }
    }

    private (double[] Weights, double[] Covariance) Model(int pair, int path)
    {
        if (_models.TryGetValue((pair, path), out var model))
            return model;
        model = (new double[_width], new double[_width * _width]);
        for (var row = 0; row < _width; row++)
            model.Covariance[row * (_width + 1)] = 10;
        return _models[(pair, path)] = model;
    }

    private double[] Inputs(PathFlow flow) => looks ? [1, .. flow.Context.ToArray().Select(value => (double)value)] : [1];

    private static double Predict(double[] inputs, double[] weights) => inputs.Zip(weights, (input, weight) => input * weight).Sum();
}
