import { ApiRig } from '../../harness/api';
import { sendAllExamples } from '../../harness/newcomer';
import { OpenApi } from '../../harness/openapi';

describe('the examples of the OpenAPI document', () => {
  it('are all accepted in their order, and answered as the document says', async () => {
    const api = await ApiRig.start();
    try {
      const openApi = await OpenApi.read(api.url);
      const sent = await sendAllExamples(api, openApi);
      expect(sent.filter(({ problems }) => problems.length > 0)).toEqual([]);
      expect(new Set(sent.map(({ operationId }) => operationId)).size).toBe(openApi.operations.length);
    } finally {
      await api.stop();
    }
  });
});
