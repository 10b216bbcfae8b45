using StreamLearn.Simulation.Bandits.Tabular;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Bench.Classify;

/// <summary>What a user would write with TorchSharp: predict each row, learn each mini-batch by stochastic gradient descent on the cross-entropy.</summary>
internal sealed class TorchClassifier : IDisposable
{
    private const double LearningRate = 0.3;

    private readonly TabularData _data;
    private readonly int _batch;
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly optim.Optimizer _optimizer;
    private readonly nn.Module<Tensor, Tensor, Tensor> _loss = nn.CrossEntropyLoss();

    internal TorchClassifier(TabularData data, int hidden, int batch)
    {
        set_num_threads(1);
        _data = data;
        _batch = batch;
        _network = nn.Sequential(nn.Linear(data.Features, hidden), nn.ReLU(), nn.Linear(hidden, data.Labels.Count));
        _optimizer = optim.SGD(_network.parameters(), LearningRate);
    }

    /// <summary>Predicts and learns the first rows.</summary>
    /// <returns>Rows per second.</returns>
    internal double Pass(int rows)
    {
        var features = new float[_batch * _data.Features];
        var labels = new long[_batch];
        var correct = 0;
        var start = TimeProvider.System.GetTimestamp();
        for (var row = 0; row < rows; row++)
        {
            using var scope = NewDisposeScope();
            var at = row % _batch;
            _data.Row(row).CopyTo(features.AsSpan(at * _data.Features));
            labels[at] = _data.LabelOf(row);
            using (no_grad())
            {
                var probabilities = nn.functional.softmax(_network.call(tensor(features.AsSpan(at * _data.Features, _data.Features).ToArray())), 0);
                correct += probabilities.argmax().item<long>() == labels[at] ? 1 : 0;
            }

            if (at == _batch - 1)
            {
                _optimizer.zero_grad();
                _loss.call(_network.call(tensor(features, [_batch, _data.Features])), tensor(labels)).backward();
                _optimizer.step();
            }
        }

        return correct >= 0 ? rows / TimeProvider.System.GetElapsedTime(start).TotalSeconds : 0;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
        _loss.Dispose();
    }
}
