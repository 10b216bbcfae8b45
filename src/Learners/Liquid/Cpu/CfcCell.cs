using StreamLearn.Learners.Networks.Cpu;

namespace StreamLearn.Learners.Liquid.Cpu;

/// <summary>
/// The closed-form cells' arithmetic; see <see cref="CfcArchitecture"/> for the equations. A layer sees others at the same step only, so each goes
/// through the whole window before the next one starts.
/// </summary>
internal sealed unsafe class CfcCell : IRecurrentCell
{
    private readonly CfcLayer[] _layers;

    internal CfcCell(CfcArchitecture architecture, int maxSteps, int maxBatch) =>
        _layers = [.. architecture.Layers.Select(shape => new CfcLayer(architecture, shape, maxSteps, maxBatch))];

    public void Forward(float* parameters, in RecurrentWindow window)
    {
        foreach (var layer in _layers)
        {
            layer.Forward(parameters, window);
        }
    }

    public void Backward(float* parameters, float* gradient, in RecurrentWindow window, float* stateGradient)
    {
        for (var i = _layers.Length - 1; i >= 0; i--)
        {
            _layers[i].Backward(parameters, gradient, window, stateGradient);
        }
    }
}
